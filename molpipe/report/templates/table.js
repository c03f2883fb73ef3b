"use strict";
// Sorts and filters the tables, and opens the molecule that an address names.
// Without it the report is complete: nothing is drawn here, and nothing is asked for.

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** What a cell is sorted by: a number where it shows one, else its text; null where it has none. */
function key(cell) {
  const text = (cell?.dataset.key ?? cell?.textContent ?? "").trim();
  if (text === "" || text === "–" || cell.colSpan > 1) return null;
  const number = Number(text.replace("−", "-").replace(/[†%,\s]/g, ""));
  return Number.isNaN(number) ? text : number;
}

/** Numbers before texts, rows that have nothing there last, whatever the direction. */
function compare(one, two, direction) {
  if (one === null || two === null) return (one === null) - (two === null);
  if (typeof one === "number" && typeof two === "number") return direction * (one - two);
  return direction * collator.compare(String(one), String(two));
}

function sort(table, header) {
  const direction = header.ariaSort === "ascending" ? -1 : 1;
  for (const other of table.querySelectorAll("th[aria-sort]")) other.removeAttribute("aria-sort");
  header.ariaSort = direction === 1 ? "ascending" : "descending";
  const body = table.tBodies[0];
  const keyed = [...body.rows].map((row) => [key(row.cells[header.cellIndex]), row]);
  keyed.sort((one, two) => compare(one[0], two[0], direction));
  body.append(...keyed.map(([, row]) => row));
}

function makeSortable(table) {
  for (const header of table.tHead.rows[table.tHead.rows.length - 1].cells) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...header.childNodes);
    button.addEventListener("click", () => sort(table, header));
    header.append(button);
  }
}

function makeFilter(tools, table) {
  const rows = [...table.tBodies[0].rows].map((row) => [row, row.textContent.toLowerCase()]);
  const search = tools.querySelector("input");
  const choices = [...tools.querySelectorAll("select")];
  const output = tools.querySelector("output");
  const apply = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const [row, text] of rows) {
      row.hidden = !words.every((word) => text.includes(word)) ||
        choices.some(({ value, dataset }) => value && row.dataset[dataset.field] !== value);
      shown += !row.hidden;
    }
    output.textContent = shown === rows.length ? `${shown} rows` : `${shown} of ${rows.length} rows`;
  };
  for (const choice of choices) {
    const found = new Set(rows.map(([row]) => row.dataset[choice.dataset.field]).filter(Boolean));
    for (const value of found) choice.add(new Option(value.replaceAll("-", " "), value));
    choice.parentElement.hidden = found.size < 2;
    choice.addEventListener("change", apply);
  }
  search.addEventListener("input", apply);
  apply();
  tools.hidden = false;
}

/** The molecule that the address names, with everything around it and what stands behind it. */
function openTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let place = target; place; place = place.parentElement) {
    if (place.localName === "details") place.open = true;
  }
  const more = target?.querySelector(":scope > details.more");
  if (!more) return;
  more.open = true;
  target.scrollIntoView();
  more.querySelector("summary").focus({ preventScroll: true });
}

for (const table of document.querySelectorAll("table.sortable")) {
  makeSortable(table);
  makeFilter(table.closest("section").querySelector(".tools"), table);
}
addEventListener("hashchange", openTarget);
openTarget();
