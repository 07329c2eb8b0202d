/** Parts of the page that are loaded when they are first shown. */

import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Failure, Loading } from '../parts/states';
import { NetworkError } from '../api/problems';

/** Returns a component that loads the real one, and stands for it until then. */
export function lazy<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  let loaded: ComponentType<Props> | null = null;
  return function Lazy(props: Props) {
    const [, draw] = useState(0);
    const [failure, setFailure] = useState<unknown>(null);
    const start = async () => {
      setFailure(null);
      try {
        loaded = await load();
        draw((count) => count + 1);
      } catch (error) {
        setFailure(new NetworkError(error));
      }
    };
    useEffect(() => {
      if (!loaded) start();
    }, []);
    if (failure) return <Failure error={failure} retry={start} />;
    if (!loaded) return <Loading />;
    const Real = loaded;
    return <Real {...props} />;
  };
}
