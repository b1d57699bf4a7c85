// The camera as a scanner: reads a code into its field and sends the form, as a scanner that types would.
// The reader is fetched when the camera is first opened. Over plain http browsers give no camera: no button then.
import { say } from "./words.js";

const dialog = document.querySelector("[data-camera-dialog]");
const [video, told] = [dialog?.querySelector("video"), dialog?.querySelector("[role=status]")];
const FORMATS = ["DataMatrix", "QRCode", "Code128", "EAN13"];
const OURS = /^W[MCPT]\d{12}$/; // the label of a syringe, a container, a place, a thing
let stream = null;

function fetched() {
  if (globalThis.ZXingWASM) return Promise.resolve();
  return new Promise((done, failed) => {
    const script = Object.assign(document.createElement("script"), { src: dialog.dataset.reader, onload: done, onerror: failed });
    document.head.append(script);
  }).then(() => ZXingWASM.prepareZXingModule({ overrides: { locateFile: () => dialog.dataset.wasm }, fireImmediately: true }));
}

function frame(canvas) {
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.drawImage(video, 0, 0);
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

async function codeSeen() {
  const canvas = document.createElement("canvas");
  while (stream) {
    if (video.videoWidth) {
      const [seen] = await ZXingWASM.readBarcodes(frame(canvas), { formats: FORMATS, tryHarder: true, maxNumberOfSymbols: 1, textMode: "Plain" });
      if (seen?.isValid) return OURS.test(seen.text) ? seen.text : seen.symbologyIdentifier + seen.text;
    }
    await new Promise((next) => setTimeout(next, 60));
  }
  return null;
}

async function scanInto(field) {
  dialog.showModal();
  told.textContent = say("camera_opens");
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } } });
    video.srcObject = stream;
    await Promise.all([video.play(), fetched()]);
  } catch {
    told.textContent = say("camera_refused");
    stop();
    return;
  }
  told.textContent = say("camera_looks");
  const code = await codeSeen();
  if (code === null) return;
  navigator.vibrate?.(60);
  field.value = code;
  dialog.close();
  field.form.requestSubmit();
}

function stop() {
  stream?.getTracks().forEach((track) => track.stop());
  stream = video.srcObject = null;
}

if (dialog && navigator.mediaDevices?.getUserMedia) {
  dialog.addEventListener("close", stop);
  for (const button of document.querySelectorAll("[data-camera]")) {
    button.hidden = false;
    button.addEventListener("click", () => scanInto(document.getElementById(button.dataset.camera)));
  }
}
