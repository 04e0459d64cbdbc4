// What pages do beyond reading: progress without reloading, and votes by keys. Everything works without it.
"use strict";

const job = document.querySelector("[data-job]");
if (job) {
  const events = new EventSource(`/jobs/${job.dataset.job}/events`);
  events.onmessage = (event) => {
    const row = JSON.parse(event.data);
    if (row.state !== "queued" && row.state !== "running") {
      events.close();
      location.reload();
      return;
    }
    document.getElementById("share").value = row.share;
    document.getElementById("note").textContent = row.note;
    const ahead = document.getElementById("ahead");
    if (ahead) ahead.textContent = row.ahead;
  };
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input, textarea, select")) return;
  const wanted = /^[0-9]$/.test(event.key) && document.querySelector(`[data-key="${event.key}"]`);
  if (wanted) wanted.click();
});
