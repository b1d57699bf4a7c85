// The one database of this device: "entries", sealed (kept.js), and the name that the device has given itself.

export const answered = (request) => new Promise((done, failed) => {
  request.onsuccess = () => done(request.result);
  request.onerror = () => failed(request.error);
});

let opened;
function database() {
  opened ??= new Promise((done, failed) => {
    const request = indexedDB.open("wheal-kept", 1);
    request.onupgradeneeded = () => {
      const entries = request.result.createObjectStore("entries", { keyPath: "id" });
      for (const column of ["whose", "at"]) entries.createIndex(column, column);
      request.result.createObjectStore("device");
    };
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
  return opened;
}

export const rows = async (store) => (await database()).transaction(store, "readonly").objectStore(store);

/** Runs `change` on the rows; resolves once that is on the disk, where a killed browser finds it again. */
export async function written(store, change) {
  const transaction = (await database()).transaction(store, "readwrite", { durability: "strict" });
  const done = new Promise((yes, no) => {
    transaction.oncomplete = yes;
    transaction.onabort = () => no(transaction.error);
  });
  await change(transaction.objectStore(store));
  await done;
}

/** Made up once; it tells this device from others and opens nothing. */
export async function deviceName() {
  const held = await answered((await rows("device")).get("name"));
  if (held) return held;
  const name = crypto.randomUUID();
  await written("device", (row) => row.put(name, "name"));
  return name;
}
