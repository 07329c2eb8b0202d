/**
 * The tile server, if the stack names one: its pictures, as far as they have come. Whatever does not
 * come is left to the base map below, so a map is there without a network, too.
 */

import { answer, api, type MapTiles } from '../shell';
import { addressOf, parentOf, partOf, type Part, type Tile } from './tiles';

/** Pictures that are kept before the oldest go. */
const KEPT = 400;
/** How long what has failed is not asked for again, in milliseconds. */
const PAUSE = 30_000;

const keyOf = ({ z, x, y }: Tile) => `${z}/${x}/${y}`;

export class TileSource {
  readonly #pictures = new Map<string, HTMLImageElement>();
  readonly #failed = new Map<string, number>();
  readonly #listeners = new Set<() => void>();

  constructor(private readonly server: MapTiles) {
    addEventListener('online', () => {
      this.#failed.clear();
      this.#tell();
    });
  }

  /** The line that the server demands; empty for none. */
  get attribution(): string {
    return this.server.attribution;
  }

  /** The host that is asked. */
  get host(): string {
    return URL.canParse(this.server.url) ? new URL(this.server.url).host : '';
  }

  /** Calls back whenever there is more to draw; returns what ends that. */
  listen(changed: () => void): () => void {
    this.#listeners.add(changed);
    return () => { this.#listeners.delete(changed); };
  }

  #tell() {
    for (const changed of this.#listeners) changed();
  }

  /** Asks for tiles; for what has them in it, where one does not come. */
  want(tiles: Iterable<Tile>) {
    for (const tile of tiles) this.#want(tile);
  }

  #want(tile: Tile) {
    const key = keyOf(tile);
    if (this.#pictures.has(key)) return;
    const failed = this.#failed.get(key) ?? -Infinity;
    if (Date.now() - failed > PAUSE) {
      this.#load(key, tile);
      return;
    }
    const parent = parentOf(tile);
    if (parent) this.#want(parent);
  }

  #load(key: string, tile: Tile) {
    const picture = new Image();
    this.#pictures.set(key, picture);
    // Which Albumen asks, and nothing of where in it: tile servers let in whom they know by that.
    picture.referrerPolicy = 'strict-origin';
    picture.decoding = 'async';
    picture.onload = () => {
      this.#trim();
      this.#tell();
    };
    picture.onerror = () => {
      this.#pictures.delete(key);
      this.#failed.set(key, Date.now());
      this.#tell();
    };
    picture.src = addressOf(this.server.url, tile, devicePixelRatio > 1.2);
  }

  #trim() {
    for (const [key, picture] of this.#pictures) {
      if (this.#pictures.size <= KEPT) return;
      if (picture.complete) this.#pictures.delete(key);
    }
  }

  /** Returns the picture of a tile, or of the next larger one that is there, and the tile's part of it. */
  find(tile: Tile): { picture: HTMLImageElement; part: Part } | null {
    for (let around: Tile | null = tile; around; around = parentOf(around)) {
      const key = keyOf(around);
      const picture = this.#pictures.get(key);
      if (picture?.complete && picture.naturalWidth > 0) {
        // The newest stand last.
        this.#pictures.delete(key);
        this.#pictures.set(key, picture);
        return { picture, part: partOf(tile, around) };
      }
    }
    return null;
  }
}

let loading: Promise<TileSource | null> | null = null;

/** Resolves with the tile server of this stack, `null` without one; asks once. */
export function loadTileSource(): Promise<TileSource | null> {
  loading ??= answer(api.GET('/v1/sign-up')).then(({ map_tiles: server }) => (server ? new TileSource(server) : null));
  loading.catch(() => { loading = null; });
  return loading;
}
