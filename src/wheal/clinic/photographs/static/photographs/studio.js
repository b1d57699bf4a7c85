// The camera of the tablet, with the earlier picture of the same view laid over it. What was taken stays here until it
// is kept: a lost connection loses nothing, and sending the same shot twice keeps it once.
const studio = document.querySelector("[data-studio]");
const find = (name) => studio.querySelector(`[data-${name}]`);
const [stage, told, over, shot] = ["stage", "told", "over", "shot"].map(find);
const [shoot, again, keep] = ["shoot", "again", "keep"].map(find);
const video = stage.querySelector("video");
const views = JSON.parse(document.getElementById("views-state").textContent);
const csrf = document.querySelector("meta[name=csrf-token]").content;
const { whose } = document.body.dataset; // and at which clinic
let [current, stream, facing, taken] = [views.find((view) => view.pose === studio.dataset.pose), null, "environment", null];

const say = (key) => (told.textContent = studio.dataset[`say${key}`] ?? key);

function layOver() {
  const chosen = studio.querySelector("[name=over]:checked").value;
  const source = chosen && (current[chosen] ?? current.figure);
  over.hidden = !source;
  over.classList.toggle("mirrored", source === current.figure && current.mirrored);
  if (source && over.getAttribute("src") !== source) {
    told.textContent = "";
    over.src = source;
  }
  find("earlier").textContent = current.earlier ?? studio.dataset.sayFirst;
}

function turnTo(view) {
  current = view;
  find("name").textContent = view.name;
  find("how").textContent = view.how;
  for (const link of studio.querySelectorAll("[data-view]")) {
    const of = views.find((each) => each.pose === link.dataset.view);
    link.toggleAttribute("aria-current", of === view);
    if (of === view) link.setAttribute("aria-current", "true");
    link.querySelector(".done").hidden = !of.done;
    link.querySelector(".open").hidden = of.done;
  }
  const field = studio.querySelector("form [name=pose]");
  if (field) field.value = view.pose;
  layOver();
}

/** A picture taken upright cannot be laid over one taken across. */
function compareShapes() {
  if (!current.screen || over.getAttribute("src") === current.figure || !video.videoWidth) return;
  const upright = over.naturalHeight > over.naturalWidth;
  if (upright !== video.videoHeight > video.videoWidth) say(upright ? "Upright" : "Across");
}

/** The tablet may be turned while the camera is open. */
function shape() {
  if (video.videoWidth) find("eye").style.setProperty("--shape", video.videoWidth / video.videoHeight);
  if (told.textContent === studio.dataset.sayUpright || told.textContent === studio.dataset.sayAcross) told.textContent = "";
  compareShapes();
}

async function open() {
  say("Opens");
  stream?.getTracks().forEach((track) => track.stop());
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: facing, width: { ideal: 4096 }, height: { ideal: 3072 } } });
    video.srcObject = stream;
    video.hidden = false;
    await video.play();
  } catch {
    stream = null;
    return without();
  }
  find("shutter").hidden = find("over-tools").hidden = false;
  told.textContent = "";
  shape();
  layOver();
  const eyes = (await navigator.mediaDevices.enumerateDevices()).filter((device) => device.kind === "videoinput");
  find("other-camera").hidden = eyes.length < 2;
}

/** No camera: the drawing of the pose, and the form for files, opened. */
function without() {
  say("None");
  find("file").open = true;
  layOver();
  over.style.setProperty("--over", 1);
}

function press() {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
  canvas.getContext("2d").drawImage(video, 0, 0);
  canvas.toBlob((blob) => {
    taken = { blob, key: crypto.randomUUID(), pose: current.pose };
    shot.src = URL.createObjectURL(blob);
    show(true);
  }, "image/jpeg", 0.95);
}

/** The shot in place of the camera's picture, or the other way round. */
function show(isShot) {
  shot.hidden = again.hidden = keep.hidden = !isShot;
  video.hidden = shoot.hidden = isShot;
  (isShot ? keep : shoot).focus();
}

function throwAway() {
  URL.revokeObjectURL(shot.src);
  shot.removeAttribute("src");
  taken = null;
  told.textContent = "";
  show(false);
}

async function send() {
  const form = new FormData();
  form.append("photograph", taken.blob, "photograph.jpg");
  for (const [name, value] of Object.entries({ pose: taken.pose, taken_on: studio.dataset.day, key: taken.key, how: "camera" })) form.append(name, value);
  const answer = await fetch(studio.dataset.add, { method: "POST", body: form, headers: { "X-CSRFToken": csrf, "X-Wheal-Page": whose, Accept: "application/json" }, redirect: "error" });
  return { status: answer.status, ...(await answer.json().catch(() => ({}))) };
}

async function keepIt() {
  say("Sending");
  keep.disabled = again.disabled = true;
  const answer = await send().catch(() => ({ status: 0 }));
  keep.disabled = again.disabled = false;
  if (answer.status !== 201) return say(answer.message ?? "Again");
  views.find((view) => view.pose === taken.pose).done = true;
  throwAway();
  const next = views.find((view) => !view.done);
  turnTo(next ?? current);
  say(next ? "Kept" : "Whole");
}

shoot.addEventListener("click", press);
again.addEventListener("click", throwAway);
keep.addEventListener("click", keepIt);
find("other-camera").addEventListener("click", () => {
  facing = facing === "environment" ? "user" : "environment";
  open();
});
find("strength").addEventListener("input", (event) => over.style.setProperty("--over", event.target.value / 100));
over.style.setProperty("--over", find("strength").value / 100);
for (const way of studio.querySelectorAll("[name=over]")) way.addEventListener("change", layOver);
for (const link of studio.querySelectorAll("[data-view]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    if (taken) return say("FirstDecide");
    turnTo(views.find((view) => view.pose === link.dataset.view));
  });
}
addEventListener("beforeunload", (event) => taken && event.preventDefault());
addEventListener("pagehide", () => stream?.getTracks().forEach((track) => track.stop()));
video.addEventListener("resize", shape);
over.addEventListener("load", compareShapes);
turnTo(current);
if (navigator.mediaDevices?.getUserMedia) open();
else without();
