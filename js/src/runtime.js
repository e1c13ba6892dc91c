// All of the kit's browser side: evaluated once per page, whatever the number of charts and kernels.

import style from "./style.css";
import { chart } from "./chart.js";
import { form } from "./form.js";

const sheet = new CSSStyleSheet();
sheet.replaceSync(style);
document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];

export const parts = { chart, form };
