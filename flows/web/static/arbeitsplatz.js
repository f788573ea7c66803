// What works without this file works a little better with it: tables that can be sorted and filtered, focus on a refusal,
// the number beside a slider.
"use strict";

const FEW = 8; // rows that nobody has to search
const COLLATOR = new Intl.Collator("de", { numeric: true });

function sortable(table) {
  const body = table.tBodies[0];
  table.querySelectorAll("thead th").forEach((head, column) => {
    if (head.hasAttribute("data-fixed")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const upwards = head.getAttribute("aria-sort") !== "ascending";
      table.querySelectorAll("thead th").forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", upwards ? "ascending" : "descending");
      const value = (row) => row.cells[column]?.dataset.wert ?? row.cells[column]?.textContent.trim() ?? "";
      const rows = [...body.rows].sort((one, other) => COLLATOR.compare(value(one), value(other)));
      body.append(...(upwards ? rows : rows.reverse()));
    });
  });
}

function filterable(table) {
  if (table.tBodies[0].rows.length <= FEW) return;
  const label = document.createElement("label");
  const field = document.createElement("input");
  const count = document.createElement("span");
  field.type = "search";
  count.setAttribute("role", "status");
  count.className = "soft";
  label.className = "filter";
  label.append("Zeilen suchen ", field, count);
  table.closest(".scroll").before(label);
  field.addEventListener("input", () => {
    const word = field.value.toLocaleLowerCase("de");
    let shown = 0;
    for (const row of table.tBodies[0].rows) {
      row.hidden = !row.textContent.toLocaleLowerCase("de").includes(word);
      shown += row.hidden ? 0 : 1;
    }
    count.textContent = word ? `${shown} Zeilen` : "";
  });
}

function improve(root) {
  root.querySelectorAll("table.sort").forEach(sortable);
  root.querySelectorAll("table.search").forEach(filterable);
}

document.addEventListener("DOMContentLoaded", () => {
  improve(document);
  document.getElementById("hinweis")?.focus();
  document.querySelectorAll('input[type="range"]').forEach((slider) => {
    const shown = document.querySelector(`output[for="${slider.id}"]`);
    slider.addEventListener("input", () => (shown.textContent = `${slider.valueAsNumber.toLocaleString("de")} %`));
  });
  document.querySelectorAll("[data-drucken]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
});
