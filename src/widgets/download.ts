/** Hands the browser a text as a file. */
export function download(name: string, text: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // Firefox reads the URL only after the click was handled.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
