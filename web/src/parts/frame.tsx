/** The frame of the pages for whoever is not signed in. */

import type { ComponentChildren } from 'preact';
import { text } from '../i18n';
import { Mark } from './icons';

interface FrameProps {
  title: string;
  lead: string;
  children: ComponentChildren;
  other: ComponentChildren;
}

export function Frame({ title, lead, children, other }: FrameProps) {
  return (
    <div class="sign">
      <div class="sign-picture" aria-hidden="true">
        <div class="sign-mount"><Mark /><p class="sign-imprint">{text.name}</p></div>
      </div>
      <div class="sign-form">
        <h1 tabIndex={-1}>{title}</h1>
        <p class="lead">{lead}</p>
        {children}
        <p class="sign-other">{other}</p>
        <p class="sign-api"><a href="/reference.html">{text.account.reference}</a></p>
      </div>
    </div>
  );
}
