// The page of a lesson that somebody takes.
import { startActive } from "./active.js";

startActive();
