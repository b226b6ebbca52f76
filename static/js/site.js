// What every page gets. Each part does nothing on a page that lacks its elements.
import { startContents } from "./contents.js";
import { startDeepLinks } from "./links.js";
import { startDialogs } from "./dialogs.js";
import { startForms } from "./forms.js";
import { startTabs } from "./tabs.js";
import { startGlossary } from "./glossary.js";
import { startThemeSwitch } from "./theme.js";

startThemeSwitch();
startDeepLinks();
startDialogs();
startForms();
startContents();
startTabs();
startGlossary();
