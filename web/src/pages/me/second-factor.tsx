/** The second factor: switched on with an app, its recovery codes, and switched off. */

import {
  answer, api, CodeField, Confirming, confirmationOf, copy, day, Form, lazy, notice, once, refresh, showDialog,
  text, type BegunSecondFactor, type Me,
} from '../../shell';

/** Loaded when an app is set up. */
const QrCode = lazy(() => import('../manage/qr-code').then((module) => module.QrCode));

export function SecondFactor({ user }: { user: Me }) {
  const factor = user.second_factor;
  return (
    <section class="me-section second-factor">
      <h2>{text.factor.title}</h2>
      {factor ? (
        <>
          <p class="lead">{text.factor.on(day(factor.since))} {text.factor.left(factor.recovery_codes_left)}</p>
          <button class="button" type="button" onClick={askForCodes}>{text.factor.newCodes}</button>
          <button class="button" type="button" onClick={askForEnd}>{text.factor.switchOff}</button>
        </>
      ) : (
        <>
          <p class="lead">{text.factor.lead}</p>
          <button class="button" type="button" onClick={begin}>{text.factor.switchOn}</button>
        </>
      )}
    </section>
  );
}

/** Asks for the password, and shows the secret. */
function begin() {
  showDialog(text.factor.switchOn, (close) => {
    const submit = async (values: Record<string, string>) => {
      const request = { body: await confirmationOf(values), params: { header: once() } };
      const begun = await answer(api.POST('/v1/me/second-factor', request));
      close();
      showDialog(text.factor.switchOn, (done) => <SetUp begun={begun} close={done} />);
    };
    return (
      <Form action={text.factor.next} submit={submit}>
        <p class="dialog-note">{text.factor.lead}</p>
        <Confirming />
      </Form>
    );
  });
}

/** Writes a secret as people read and type it: four characters at a time. */
const inGroups = (secret: string) => secret.match(/.{1,4}/g)?.join(' ') ?? '';

/** Shows the secret to the app, and takes the code that it makes. */
function SetUp({ begun, close }: { begun: BegunSecondFactor; close: () => void }) {
  const submit = async ({ code = '' }: Record<string, string>) => {
    const params = { header: once() };
    const made = await answer(api.POST('/v1/me/second-factor/confirmation', { body: { code }, params }));
    close();
    showCodes(made.recovery_codes);
    notice(text.factor.isOn);
    await refresh();
  };
  return (
    <div class="shares">
      <section class="made" aria-label={text.factor.secret}>
        <QrCode text={begun.address} label={text.factor.qr} />
        <div>
          <p class="dialog-note">{text.factor.scan}</p>
          <p class="secret"><code>{inGroups(begun.secret)}</code></p>
          <div class="dialog-actions">
            <button class="button" type="button" onClick={() => copy(begun.secret)}>{text.copy}</button>
          </div>
        </div>
      </section>
      <Form action={text.factor.switchOn} submit={submit}>
        <CodeField hint={text.factor.firstCodeHint} />
      </Form>
    </div>
  );
}

/** Shows recovery codes, once. */
function showCodes(codes: string[]) {
  const lines = `${codes.join('\n')}\n`;
  showDialog(text.factor.codes, () => (
    <>
      <p class="dialog-note">{text.factor.codesLead}</p>
      <ol class="recovery-codes">{codes.map((code) => <li key={code}><code>{code}</code></li>)}</ol>
      <div class="dialog-actions">
        <a class="button" download="albumen-recovery-codes.txt"
          href={`data:text/plain;charset=utf-8,${encodeURIComponent(lines)}`}>{text.factor.download}</a>
        <button class="button is-primary" type="button" onClick={() => copy(lines)}>{text.copy}</button>
      </div>
    </>
  ));
}

function askForCodes() {
  showDialog(text.factor.newCodes, (close) => {
    const submit = async (values: Record<string, string>) => {
      const request = { body: await confirmationOf(values), params: { header: once() } };
      const made = await answer(api.POST('/v1/me/second-factor/recovery-codes', request));
      close();
      showCodes(made.recovery_codes);
      await refresh();
    };
    return (
      <Form action={text.factor.newCodes} submit={submit}>
        <p class="dialog-note">{text.factor.newCodesLead}</p>
        <Confirming />
      </Form>
    );
  });
}

function askForEnd() {
  showDialog(text.factor.switchOff, (close) => {
    const submit = async (values: Record<string, string>) => {
      const body = await confirmationOf(values);
      await answer(api.DELETE('/v1/me/second-factor', { body }));
      close();
      notice(text.factor.isOff);
      await refresh();
    };
    return (
      <Form action={text.factor.switchOff} danger submit={submit}>
        <p class="dialog-note">{text.factor.switchOffLead}</p>
        <Confirming />
      </Form>
    );
  });
}
