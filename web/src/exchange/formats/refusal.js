// How the readers of other tools' files refuse one: in the contract's error shape. The twin is refusal.py.

import { ContractError } from "../../contract/errors.js";

/**
 * @param {string} came what is wrong with it
 * @param {string} expected
 * @returns {ContractError} badFile
 * @example
 * throw badFile("line 3 has 4 numbers", "5 numbers in each line");
 */
export const badFile = (came, expected) => new ContractError("badFile", { came, expected });
