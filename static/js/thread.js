// The page of a thread: keyboard shortcuts, quoting what is selected, news.
import { startKeys } from "./keys.js";
import { startNews } from "./news.js";
import { startQuote } from "./quote.js";

startKeys();
startQuote();
startNews();
