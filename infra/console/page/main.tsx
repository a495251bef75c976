import { render } from "preact";
import { takeToken } from "./api/call.ts";
import { App } from "./app.tsx";

takeToken();
const page = document.querySelector("#page");
if (page !== null) render(<App />, page);
