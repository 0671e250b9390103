// What a project in a room needs beside the page: one piece of code, loaded when a room is opened first.

export { Connection } from "../sync/connection.js";
export { SyncClient } from "../sync/sync-client.js";
export { RoomPictures } from "./room/room-pictures.js";
