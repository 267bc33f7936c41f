// What is written is sent to the address of its draft after a pause. Nothing of it is kept in the browser.

const PAUSE = 2000;

export function start(form) {
  const said = form.querySelector("[data-draft-state]");
  let waiting = 0;
  let last = written(form);

  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(send, PAUSE);
  });
  form.addEventListener("submit", () => {
    clearTimeout(waiting);
    waiting = 0; // what is sent for good leaves no draft behind it
  });
  addEventListener("pagehide", () => waiting && written(form) !== last && post({ keepalive: true }));

  function post(options = {}) {
    last = written(form);
    return fetch(form.dataset.draft, { method: "POST", body: values(form), ...options });
  }

  async function send() {
    waiting = 0;
    const before = last;
    if (written(form) === before) {
      return;
    }
    try {
      const answer = await post();
      if (!answer.ok) {
        throw new Error(answer.status);
      }
      const time = new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "short" });
      say(said.dataset.kept.replace("%s", time.format(new Date())));
    } catch {
      last = before;
      say(said.dataset.failed);
    }
  }

  function say(text) {
    said.hidden = false;
    said.textContent = text;
  }
}

// Files and passwords are no part of a draft.
function values(form) {
  const data = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && !form.querySelector(`[type=password][name="${CSS.escape(name)}"]`)) {
      data.append(name, value);
    }
  }
  return data;
}

function written(form) {
  return values(form).toString();
}
