"use strict";
// Starts swagger-ui on the document that the page names. A file of its own: the page's policy
// allows no inline script.

// Where a value does not fit, swagger-ui sends nothing and says so by a red frame alone. It is sent:
// the service says what is wrong and what was meant. Of what is missing no address can be made.
const MISSING = "Required field is not provided";
const fits = (_, system) => (state, operation) =>
  !system.specSelectors.validationErrors(operation).some((error) => error.includes(MISSING));
const askTheService = {
  statePlugins: { spec: { wrapSelectors: { validateBeforeExecute: fits } } },
};

const place = document.getElementById("swagger-ui");
window.ui = SwaggerUIBundle({
  url: place.dataset.document,
  domNode: place,
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: -1,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis],
  plugins: [askTheService],
  layout: "BaseLayout",
});

// swagger-ui has dark colours, and leaves it to the page when.
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const followColours = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", followColours);
followColours();

// swagger-ui names few of its controls: a screen reader would say "Add string item" or nothing for
// each of a hundred parameters. A control is named by its parameter, which stands in its row.
function nameControls() {
  place.querySelector("#servers")?.setAttribute("aria-label", "Server");
  for (const row of place.querySelectorAll("tr[data-param-name]")) {
    const name = row.dataset.paramName;
    for (const control of row.querySelectorAll("input, select, textarea")) {
      control.setAttribute("aria-label", name);
    }
    for (const button of row.querySelectorAll(".json-schema-form-item-add")) {
      button.setAttribute("aria-label", `${button.textContent}: ${name}`);
    }
    for (const button of row.querySelectorAll(".json-schema-form-item-remove")) {
      button.setAttribute("aria-label", `Remove item: ${name}`);
    }
  }
  for (const choice of place.querySelectorAll(".examples-select-element")) {
    choice.setAttribute("aria-label", "Example");
  }
  // What scrolls in itself is scrolled with the keyboard too.
  for (const code of place.querySelectorAll("pre.microlight")) code.tabIndex = 0;
}
new MutationObserver(nameControls).observe(place, { childList: true, subtree: true });
