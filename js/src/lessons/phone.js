// On a phone JupyterLab's two bars of icons would take a fifth of a lesson's width.

const PHONE = "(max-width: 480px)";
const KEPT = "alliance-widgets: bars put aside";
const sides = ["left", "right"];

function kept() {
  try {
    return (localStorage.getItem(KEPT) ?? "").split(" ").filter(Boolean);
  } catch {
    return [];
  }
}

function keep(aside) {
  try {
    if (aside.length) localStorage.setItem(KEPT, aside.join(" "));
    else localStorage.removeItem(KEPT);
  } catch {
    // forbidden: they come back by JupyterLab's own menu
  }
}

/** Put the bars aside on a phone, and back where there is room: those of a `shell` that has any. */
export function fitBars(shell) {
  if (!shell.toggleSideTabBarVisibility) return;
  const isSeen = (side) => shell.isSideTabBarVisible(side);
  const phone = matchMedia(PHONE);
  const fit = () => {
    const aside = kept();
    const turned = phone.matches ? sides.filter(isSeen) : aside.filter((side) => !isSeen(side));
    for (const side of turned) shell.toggleSideTabBarVisibility(side);
    keep(phone.matches ? [...new Set([...aside, ...turned])] : []);
  };
  phone.addEventListener("change", fit);
  fit();
}
