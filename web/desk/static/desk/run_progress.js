/* Follows a label run while a worker is at it. Without this script the page loads itself again every few seconds. */
(function () {
  "use strict";
  var box = document.getElementById("progress");
  if (!box) { return; }
  var bar = document.getElementById("progress-bar");
  var sentence = document.getElementById("progress-sentence");

  function show(seen) {
    if (!seen.busy) { window.location.reload(); return; }
    if (seen.sentence && sentence.textContent !== seen.sentence) { sentence.textContent = seen.sentence; }
    if (seen.total) { bar.max = seen.total; bar.value = seen.done; }
    window.setTimeout(look, 1000);
  }

  function look() {
    fetch(box.dataset.url, { headers: { Accept: "application/json" }, credentials: "same-origin" })
      .then(function (answer) {
        if (answer.redirected || answer.status === 403) { window.location.reload(); return null; }
        return answer.ok ? answer.json() : Promise.reject(answer.status);
      })
      .then(function (seen) { if (seen) { show(seen); } })
      .catch(function () { window.setTimeout(look, 5000); });
  }

  window.setTimeout(look, 500);
}());
