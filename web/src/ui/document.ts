import { useEffect } from 'preact/hooks';

export function useDocumentTitle(name: string | null) {
  useEffect(() => {
    document.title = name ? `${name} · Lanterne` : 'Lanterne';
  }, [name]);
}
