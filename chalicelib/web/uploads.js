// Uploads of pages with a form for a file; without it, they take files up to the size of a form.

const MOST_TRIES = 5; // to send a part of a file

document.querySelectorAll("form[data-drop]").forEach(acceptFiles);

// A form with a file also takes one that is dropped on it. A file that is too large for a form goes to the bucket: we
// announce it, upload it by the form in the response, and say when it has arrived.
function acceptFiles(form) {
  const input = form.querySelector("input[type=file]");
  form.addEventListener("dragover", (event) => {
    event.preventDefault();
    form.classList.add("over");
  });
  form.addEventListener("dragleave", () => form.classList.remove("over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("over");
    if (event.dataTransfer.files.length) input.files = event.dataTransfer.files;
  });
  form.addEventListener("submit", (event) => {
    const file = input.files[0];
    if (!file || file.size <= Number(form.dataset.largest)) return;
    event.preventDefault();
    if (!form.dataset.sent) sendLarge(form, file);
  });
}

async function sendLarge(form, file) {
  const sending = form.querySelector("[data-sending]");
  const refused = form.querySelector("[data-refused]");
  refused.hidden = true;
  sending.hidden = false;
  try {
    const progress = sending.querySelector("progress");
    if (form.elements.s3_key) return await sendByKey(form, file, progress);
    const announced = await post(form.dataset.announce, form, announcement(form, file));
    await upload(announced.upload, file, progress);
    const arrived = await post(announced.links.self + "/uploaded", form);
    location.assign(arrived.links.page);
  } catch (error) {
    refused.textContent = error.message;
    refused.hidden = false;
    sending.hidden = true;
    delete form.dataset.sent;
  }
}

// A form with the field s3_key follows the upload itself, with the key in place of the file.
async function sendByKey(form, file, progress) {
  const announced = { fileName: file.name.normalize().replace(/[^\p{L}\p{N}_ .()-]/gu, "_").slice(-100), size: file.size };
  const isLarge = file.size > Number(form.dataset.partsAbove);
  form.elements.s3_key.value = await (isLarge ? sendInParts : sendWhole)(form, file, announced, progress);
  form.elements.file.disabled = true;
  form.submit();
}

async function sendWhole(form, file, announced, progress) {
  const { s3Key, ...target } = await post(form.dataset.announce, form, announced);
  await upload(target, file, progress);
  return s3Key;
}

// Part by part, so that a connection that is lost costs one part. URLs expire: each try gets fresh ones.
async function sendInParts(form, file, announced, progress) {
  const address = `${form.dataset.announce}/multipart`;
  const begun = await post(address, form, announced);
  const { s3Key, uploadId, partSize } = begun;
  const parts = [];
  const count = Math.ceil(file.size / partSize);
  for (let page = begun, failures = 0; parts.length < count; page = null) {
    try {
      page ??= await post(`${address}/parts`, form, { s3Key, uploadId, size: file.size, firstPart: parts.length + 1 });
      for (const { partNumber, url } of page.parts) {
        const from = (partNumber - 1) * partSize;
        const told = (loaded) => (progress.value = (from + loaded) / file.size);
        parts.push({ partNumber, etag: await sendPart(url, file.slice(from, from + partSize), told) });
        failures = 0;
      }
    } catch (error) {
      if (++failures === MOST_TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, 1000 * 2 ** failures));
    }
  }
  await post(`${address}/complete`, form, { s3Key, uploadId, size: file.size, parts });
  return s3Key;
}

function announcement(form, file) {
  const settings = Object.fromEntries([...new FormData(form)].filter(([, value]) => typeof value === "string" && value));
  delete settings.csrf_token;
  return { ...settings, file_name: file.name, size: file.size };
}

async function post(url, form, body = {}) {
  const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRF-Token": form.elements.csrf_token.value };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  const result = await response.json();
  if (!response.ok) throw new Error(result.detail);
  return result;
}

async function upload(target, file, progress) {
  const body = new FormData();
  for (const [name, value] of Object.entries(target.fields)) body.append(name, value);
  body.append("file", file); // S3 ignores what follows it
  await send("POST", target.url, body, (event) => (progress.value = event.loaded / event.total));
}

async function sendPart(url, content, told) {
  const request = await send("PUT", url, content, (event) => told(event.loaded));
  return request.getResponseHeader("ETag");
}

function send(method, url, body, onProgress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest(); // fetch does not tell how much was sent
    request.upload.onprogress = onProgress;
    request.onload = () => (request.status < 300 ? resolve(request) : reject(new Error("The upload was refused. Try again.")));
    request.onerror = () => reject(new Error("The upload was interrupted. Try again."));
    request.open(method, url);
    request.send(body);
  });
}
