// Before the first paint: light or dark, where the person chose one on this device.
try {
  const chosen = localStorage.getItem("wheal-theme");
  if (chosen) document.documentElement.dataset.theme = chosen;
} catch { /* storage is switched off: the device decides */ }
