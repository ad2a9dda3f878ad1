// Pictures in messages: from the sandbox's own files or listeners. One that cannot be shown leaves its words and a link.

import { h } from './dom.js';
import { fileUrl } from './api.js';
import { link } from './mrkdwn.js';
import { t } from './texts.js';

/** The address the page may load for an image block, image element or file. */
function pictureSource(item) {
  const own = item.slack_file?.id ?? (item.slack_file?.url && /\/files(?:-pri)?\/(?:[^/]+\/)*?(F[A-Z0-9]+)/.exec(item.slack_file.url)?.[1]);
  return own ? fileUrl(own) : item.image_url ?? item.slack_file?.url ?? '';
}

/** An `<img>` that becomes its alternative text when it cannot load. */
export function picture(item, ctx, kind = 'block') {
  const source = pictureSource(item);
  const alt = item.alt_text || t('picture');
  const image = h('img', {
    class: `picture picture-${kind}`, src: source, alt, loading: 'lazy', decoding: 'async', width: item.image_width, height: item.image_height,
    on: { error: () => image.replaceWith(h('span', { class: `picture-missing picture-missing-${kind}` }, link(source, alt))) },
  });
  return image;
}
