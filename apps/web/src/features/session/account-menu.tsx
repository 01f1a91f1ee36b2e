"use client";

import { KeyRound, LogOut, MonitorDot } from "lucide-react";
import { useTheme } from "next-themes";
import { useRouter } from "next/navigation";

import { Menu, MenuChoice, MenuItem, MenuLine } from "@/components/ui/menu";
import { useDisplay } from "@/features/session/display-root";
import { sessionApi } from "@/lib/api/session";
import { displaySchema } from "@/lib/display";
import { useLive } from "@/lib/live/provider";
import { useSession } from "@/lib/session";

const THEMES = [
  { value: "dark", label: "Dark" },
  { value: "light", label: "Light" },
  { value: "system", label: "As the system" },
];
const PALETTES = [
  { value: "default", label: "Default (green–red)" },
  { value: "safe", label: "Colour-blind safe (blue–orange)" },
];
const DENSITIES = [
  { value: "compact", label: "Compact" },
  { value: "comfortable", label: "Comfortable" },
];

export function AccountMenu() {
  const { user, csrf_token } = useSession();
  const { theme = "dark", setTheme } = useTheme();
  const { display, change } = useDisplay();
  const live = useLive();
  const router = useRouter();
  const name = user.display_name || user.username;

  const logOut = async () => {
    live.leave();
    await sessionApi.logOut(csrf_token).catch(() => undefined);
    window.location.assign("/login");
  };

  return (
    <Menu label={`Account of ${name}`} trigger={<Face name={name} />}>
      <div className="px-2 pt-1 pb-2">
        <p className="text-sm font-medium text-ink">{name}</p>
        <p className="text-xs text-ink-3">{user.username}</p>
      </div>
      <MenuLine />
      <MenuChoice title="Theme" value={theme} choices={THEMES} onChoose={setTheme} />
      <MenuChoice
        title="Palette"
        value={display.palette}
        choices={PALETTES}
        onChoose={(palette) => change({ palette: displaySchema.shape.palette.parse(palette) })}
      />
      <MenuChoice
        title="Row height"
        value={display.density}
        choices={DENSITIES}
        onChoose={(density) => change({ density: displaySchema.shape.density.parse(density) })}
      />
      <MenuLine />
      <MenuItem onSelect={() => router.push("/password")}>
        <KeyRound aria-hidden className="size-4" /> Change password
      </MenuItem>
      <MenuItem onSelect={() => router.push("/sessions")}>
        <MonitorDot aria-hidden className="size-4" /> Your sessions
      </MenuItem>
      <MenuItem onSelect={() => void logOut()}>
        <LogOut aria-hidden className="size-4" /> Log out
      </MenuItem>
    </Menu>
  );
}

function Face({ name }: { readonly name: string }) {
  return (
    <>
      <span aria-hidden className="grid size-6 place-items-center rounded-full bg-accent/18 text-2xs font-semibold text-accent uppercase">
        {name.slice(0, 2)}
      </span>
      <span aria-hidden className="hidden max-w-32 truncate text-sm md:inline">{name}</span>
    </>
  );
}
