/** PhpSemaphore keeps the contract of handles. */
import { testHandleContract } from "../contracts/handle.ts";
import { contract } from "./php-handle-contract.ts";

testHandleContract(contract);
