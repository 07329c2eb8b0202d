/** Parts of the page that are loaded when they are first shown. */

import type { ComponentChild, ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Failure, Loading } from '../parts/states';
import { NetworkError } from '../api/problems';

/** A component that can be loaded before it is shown. */
export interface LazyComponent<Props> {
  (props: Props): ComponentChild;
  /** Begins to load it; should that fail, it is loaded once more when it is shown. */
  prepare: () => void;
}

/** Returns a component that loads the real one, and stands for it until then. */
export function lazy<Props extends object>(load: () => Promise<ComponentType<Props>>): LazyComponent<Props> {
  let loaded: ComponentType<Props> | null = null;
  const bring = async () => { loaded = await load(); };
  function Lazy(props: Props) {
    const [, draw] = useState(0);
    const [failure, setFailure] = useState<unknown>(null);
    const start = async () => {
      setFailure(null);
      try {
        await bring();
        draw((count) => count + 1);
      } catch (error) {
        setFailure(new NetworkError(error));
      }
    };
    useEffect(() => {
      // It may have come since this was drawn.
      if (loaded) draw((count) => count + 1);
      else start();
    }, []);
    if (failure) return <Failure error={failure} retry={start} />;
    if (!loaded) return <Loading />;
    const Real = loaded;
    return <Real {...props} />;
  }
  Lazy.prepare = () => { bring().catch(() => {}); };
  return Lazy;
}
