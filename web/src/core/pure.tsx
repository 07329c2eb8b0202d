/** Components that are drawn again only when a property of theirs is another. */

import { Component, type ComponentType } from 'preact';

function isSame<Props extends object>(one: Props, other: Props): boolean {
  const names = Object.keys(other) as (keyof Props)[];
  return names.length === Object.keys(one).length && names.every((name) => Object.is(one[name], other[name]));
}

/** Returns the component so that others of its kind may change without it. */
export function pure<Props extends object>(Drawn: ComponentType<Props>): ComponentType<Props> {
  return class Pure extends Component<Props> {
    override shouldComponentUpdate(next: Readonly<Props>) {
      return !isSame<object>(this.props, next);
    }

    override render(props: Props) {
      return <Drawn {...props} />;
    }
  };
}
