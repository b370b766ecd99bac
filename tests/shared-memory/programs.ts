/** The programs of our own that the tests of shared memory start. */
import { type Programs, programsIn } from "../harness/programs.ts";

const programs: Programs = programsIn(import.meta.dirname);

export const programPath: Programs["path"] = programs.path;
export const startProgram: Programs["start"] = programs.start;
export const startProgramUnder: Programs["startUnder"] = programs.startUnder;
export const startWorker: Programs["startWorker"] = programs.startWorker;
