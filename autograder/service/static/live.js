// The teacher's page: what changes is fetched again every two seconds, and a form is sent as JSON.
"use strict";

const live = document.getElementById("live");
const said = document.getElementById("said");

async function look() {
  if (!document.hidden && !live.contains(document.activeElement)) {
    try {
      const answer = await fetch(live.dataset.address, { credentials: "same-origin" });
      if (answer.ok) live.innerHTML = await answer.text();
    } catch { /* the service is being started again: the next look may find it */ }
  }
  setTimeout(look, 2000);
}

function valueOf(field) {
  if (field.type === "checkbox") return field.checked;
  if (field.name === "due") return field.value ? field.value + "Z" : null;
  return field.type === "number" ? Number(field.value) : field.value;
}

for (const form of document.querySelectorAll(".forms form")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const values = {};
    for (const field of form.elements) if (field.name) values[field.name] = valueOf(field);
    const path = form.dataset.path.replace("{student}", () => encodeURIComponent(values.student));
    if (form.dataset.path.includes("{student}")) delete values.student;
    const answer = await fetch(form.parentElement.dataset.api + path, {
      method: form.dataset.method,
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", "X-XSRFToken": form.parentElement.dataset.xsrf },
      body: JSON.stringify(values),
    });
    const tree = await answer.json().catch(() => ({}));
    said.textContent = answer.ok ? "Done." : tree.error ? tree.error.message : "That did not work.";
  });
}

setTimeout(look, 2000);
