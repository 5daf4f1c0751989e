// Every page: keyboard shortcuts.
import { startKeys } from "./keys.js";

startKeys();
