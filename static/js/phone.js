// What this phone's browser can do: whether WebNFC is there. That it is not says nothing about the phone.
document.querySelector("[data-web-nfc]").value = "NDEFReader" in window ? "yes" : "no";
