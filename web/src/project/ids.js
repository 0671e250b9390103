// Random ids of examples and groups, made as the classifier makes them.

export { newId } from "../knn/ids.js";
