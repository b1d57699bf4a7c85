// The one database of this device: "entries" that the server does not have yet and what is kept "beside" them, both
// sealed (kept.js), and the name that the device has given itself.

export const answered = (request) => new Promise((done, failed) => {
  request.onsuccess = () => done(request.result);
  request.onerror = () => failed(request.error);
});

let opened;
function database() {
  opened ??= new Promise((done, failed) => {
    const request = indexedDB.open("wheal-kept", 2);
    request.onupgradeneeded = ({ oldVersion }) => {
      for (const store of oldVersion < 1 ? ["entries", "beside"] : ["beside"]) {
        const sealed = request.result.createObjectStore(store, { keyPath: "id" });
        for (const column of ["whose", "at"]) sealed.createIndex(column, column);
      }
      if (oldVersion < 1) request.result.createObjectStore("device");
    };
    request.onsuccess = () => {
      request.result.onversionchange = () => request.result.close(); // a page of a later Wheal waits for it
      done(request.result);
    };
    request.onerror = () => failed(request.error);
  });
  return opened;
}

export const rows = async (store) => (await database()).transaction(store, "readonly").objectStore(store);

/** Runs `change` on the rows; resolves once that is on the disk, where a device that lost its power finds it again. */
export async function written(store, change, durability = "strict") {
  const transaction = (await database()).transaction(store, "readwrite", { durability });
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
