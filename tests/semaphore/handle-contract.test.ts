/** SysvSemaphoreSet keeps the contract of handles. */
import { testHandleContract } from "../contracts/handle.ts";
import { contract } from "./handle-contract.ts";

testHandleContract(contract);
