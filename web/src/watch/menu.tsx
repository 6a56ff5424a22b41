// A button with a menu of choices above it. Arrows, Home and End move, Escape closes.
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Icon, type IconName } from '../ui/icons';

export interface Item {
  id: string;
  text: string;
  checked: boolean;
  onPick: () => void;
}
export interface Group {
  name: string;
  items: Item[];
}

interface Props {
  icon: IconName;
  name: string;
  groups: Group[];
  badge?: string | null;
  onOpen: (open: boolean) => void;
}

export function Menu({ icon, name, groups, badge, onOpen }: Props) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const items = () => [
    ...(root.current?.querySelectorAll<HTMLElement>('[role="menuitemradio"]') ?? []),
  ];

  const show = (next: boolean, focus = true) => {
    setOpen(next);
    onOpen(next);
    if (!next && focus) button.current?.focus();
  };
  useLayoutEffect(() => {
    if (!open) return;
    const all = items();
    (all.find((item) => item.getAttribute('aria-checked') === 'true') ?? all[0])?.focus();
  }, [open]);
  useEffect(() => {
    if (!open) return;
    const outside = (event: Event) => {
      if (!root.current?.contains(event.target as Node)) show(false, false);
    };
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, [open]);

  const onKey = (event: KeyboardEvent) => {
    const all = items();
    const at = all.indexOf(document.activeElement as HTMLElement);
    const to: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      Home: 0,
      End: all.length - 1,
    };
    const next = to[event.key];
    if (next !== undefined) all[(next + all.length) % all.length]?.focus();
    else if (event.key === 'Escape') show(false);
    else if (event.key === 'Tab') return show(false, false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class="menu" ref={root}>
      <button
        ref={button}
        type="button"
        class="icon-button"
        aria-haspopup="menu"
        aria-expanded={open}
        aria-label={name}
        title={name}
        onClick={() => show(!open)}
      >
        <Icon name={icon} />
        {badge && (
          <span class="menu-badge" aria-hidden="true">
            {badge}
          </span>
        )}
      </button>
      {open && (
        <div class="menu-list" role="menu" aria-label={name} onKeyDown={onKey}>
          {groups.map((group) => (
            <MenuGroup key={group.name} name={group.name}>
              {group.items.map((item) => (
                <button
                  key={item.id}
                  type="button"
                  role="menuitemradio"
                  aria-checked={item.checked}
                  tabIndex={-1}
                  onClick={() => {
                    item.onPick();
                    show(false);
                  }}
                >
                  <Icon name="check" />
                  <span>{item.text}</span>
                </button>
              ))}
            </MenuGroup>
          ))}
        </div>
      )}
    </div>
  );
}

function MenuGroup({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div role="group" aria-label={name}>
      <p class="menu-name" aria-hidden="true">
        {name}
      </p>
      {children}
    </div>
  );
}
