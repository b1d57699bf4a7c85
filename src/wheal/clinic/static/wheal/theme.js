// Before the first paint: light or dark, how large and for which hand, where a person chose it on this device.
try {
  for (const name of ["theme", "type", "hand"]) {
    const chosen = localStorage.getItem(`wheal-${name}`);
    if (chosen) document.documentElement.dataset[name] = chosen;
  }
} catch { /* storage is switched off: the device decides */ }
