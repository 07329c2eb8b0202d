/** The members of an album, and who is invited to become one. */

import { useMemo } from 'preact/hooks';
import {
  answer, api, ask, ListOf, PagedList, showDialog, text, type Album, type Member,
} from '../../shell';
import { Invitations } from './invitations';

type Given = 'editor' | 'viewer';

export function showMembers(album: Pick<Album, 'id'>) {
  showDialog(text.members.title, () => <Members album={album.id} />);
}

function putMember(album: string, user: string, role: Given) {
  const params = { path: { album, user } };
  return answer(api.PUT('/v1/albums/{album}/members/{user}', { params, body: { role } }));
}

function Members({ album }: { album: string }) {
  const members = useMemo(() => new PagedList<Member>(
    () => answer(api.GET('/v1/albums/{album}/members', { params: { path: { album } } })),
  ), [album]);
  return (
    <div class="shares">
      <Invitations album={album}><RoleOptions /></Invitations>
      <ListOf list={members} empty={null}>
        {(all) => (
          <ul class="rows" role="list">
            {all.map((member) => (
              <MemberRow key={member.user} album={album} member={member} list={members} />
            ))}
          </ul>
        )}
      </ListOf>
    </div>
  );
}

function RoleOptions() {
  const { viewer, editor } = text.members.roles;
  return (
    <>
      <option value="viewer">{viewer}</option>
      <option value="editor">{editor}</option>
    </>
  );
}

interface RowProps {
  album: string;
  member: Member;
  list: PagedList<Member>;
}

function MemberRow({ album, member, list }: RowProps) {
  const name = member.name ?? text.members.unnamed;
  const change = (role: Given) => list.attempt(async () => {
    const changed = await putMember(album, member.user, role);
    list.change(({ user }) => user === member.user, () => ({ ...member, role: changed.role }));
  });
  const remove = () => list.attempt(async () => {
    const question = { title: text.members.remove, body: text.members.removeQuestion(name) };
    if (!await ask({ ...question, action: text.members.remove, danger: true })) return;
    const params = { path: { album, user: member.user } };
    await answer(api.DELETE('/v1/albums/{album}/members/{user}', { params }));
    list.drop(({ user }) => user === member.user);
  });
  return (
    <li class="row">
      <p class="row-title row-words">{name}</p>
      {member.role === 'owner' ? <p class="row-detail">{text.members.roles.owner}</p> : (
        <>
          <select class="input is-small" aria-label={text.members.role} value={member.role}
            onChange={(event) => change(event.currentTarget.value as Given)}>
            <RoleOptions />
          </select>
          <button class="button is-small" type="button" onClick={remove}>{text.members.remove}</button>
        </>
      )}
    </li>
  );
}
