/** The comments on a photo, in the album that it is looked at in. */

import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import {
  answer, api, ask, Field, Form, fromNow, Icon, ListOf, me, messageOf, notice, once, PagedList,
  readPhoto, showDialog, text, unchanged, type Comment,
} from '../../shell';
import type { DetailsProps } from './details';

export function Comments({ photo, album, changed }: DetailsProps) {
  const typed = useSignal('');
  const busy = useSignal(false);
  const list = useMemo(() => new PagedList<Comment>((cursor) => {
    const query = { ...(album !== undefined && { album }), cursor };
    const params = { path: { photo: photo.id }, query };
    return answer(api.GET('/v1/photos/{photo}/comments', { params }));
  }), [photo.id, album]);
  const send = async (event: Event) => {
    event.preventDefault();
    const body = { text: typed.value.trim(), ...(album !== undefined && { album }) };
    if (!body.text || busy.value) return;
    busy.value = true;
    try {
      const params = { path: { photo: photo.id }, header: once() };
      await answer(api.POST('/v1/photos/{photo}/comments', { params, body }));
      typed.value = '';
      await list.reload();
      changed(await readPhoto(photo.id));
    } catch (error) {
      notice(messageOf(error));
    } finally {
      busy.value = false;
    }
  };
  return (
    <section class="details-part">
      <h3>{text.details.comments}</h3>
      <ListOf list={list} empty={null}>
        {(comments) => (
          <ul class="comments" role="list">
            {comments.map((comment) => <CommentRow key={comment.id} comment={comment} list={list} />)}
          </ul>
        )}
      </ListOf>
      <form class="inline-form" onSubmit={send}>
        <textarea class="input" rows={2} aria-label={text.details.comment} maxLength={2000}
          placeholder={text.details.comment} value={typed.value}
          onInput={(event) => { typed.value = event.currentTarget.value; }} />
        <button class="button is-icon" type="submit" aria-label={text.details.send} disabled={busy.value}>
          <Icon name="forward" />
        </button>
      </form>
    </section>
  );
}

function CommentRow({ comment, list }: { comment: Comment; list: PagedList<Comment> }) {
  const { author, created_at: at, edited_at: edited } = comment;
  const own = author.id === me.value?.id;
  const ofComment = { path: { comment: comment.id } };
  const remove = async () => {
    const title = text.details.deleteComment;
    if (!await ask({ title, body: comment.text, action: text.delete, danger: true })) return;
    try {
      await answer(api.DELETE('/v1/comments/{comment}', { params: ofComment }));
      list.drop(({ id }) => id === comment.id);
      notice(text.details.commentDeleted);
    } catch (error) {
      notice(messageOf(error));
    }
  };
  const edit = () => showDialog(text.details.editComment, (close) => {
    const submit = async ({ text: words = '' }: Record<string, string>) => {
      const params = { ...ofComment, header: unchanged(comment) };
      const fresh = await answer(api.PATCH('/v1/comments/{comment}', { params, body: { text: words } }));
      list.change(({ id }) => id === comment.id, () => fresh);
      close();
    };
    return (
      <Form action={text.save} submit={submit}>
        <Field name="text" label={text.details.comments} type="textarea" required
          defaultValue={comment.text} maxLength={2000} />
      </Form>
    );
  });
  return (
    <li class="comment">
      <p class="comment-head">
        <strong>{author.name ?? text.details.somebody}</strong> {fromNow(at)}
        {edited && ` · ${text.details.edited}`}
      </p>
      <p class="comment-text" dir="auto">{comment.text}</p>
      {own && (
        <p class="comment-tools">
          <button type="button" onClick={edit}>{text.edit}</button>
          <button type="button" onClick={remove}>{text.delete}</button>
        </p>
      )}
    </li>
  );
}
