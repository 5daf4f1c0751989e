// The page of a lesson for those who are signed in.
import { startActive } from "./active.js";
import { startNotes } from "./notes.js";

startActive();
startNotes();
