/** The ways in which a request fails. Each is an `ApiError` or a `NetworkError`. */

import type { FieldError, Problem } from './types';

/** The server answered with a problem (RFC 9457). */
export class ApiError extends Error {
  readonly status: number;
  /** The last part of the problem's type: `email-taken`. */
  readonly slug: string;
  /** Empty unless fields were refused. */
  readonly fields: FieldError[];
  readonly requestId: string | null;
  /** Seconds to wait before trying again, or `null`. */
  readonly retryAfter: number | null;

  constructor(status: number, problem: Partial<Problem>, retryAfter: number | null) {
    super(problem.detail || problem.title || `The server answered ${status}`);
    this.status = status;
    this.slug = (problem.type ?? '').split('/').pop() ?? '';
    this.fields = problem.errors ?? [];
    this.requestId = problem.request_id ?? null;
    this.retryAfter = retryAfter;
  }

  /** Tells that the same request may succeed a little later. */
  get passing(): boolean {
    return this.status >= 500 || this.status === 429;
  }
}

/** No answer came: the network, not the server, failed. */
export class NetworkError extends Error {
  constructor(cause: unknown) {
    super('Albumen could not be reached', { cause });
  }

  get passing(): boolean {
    return true;
  }
}

/** Returns the status of the answer that an error is, and 0 for any other error. */
export function statusOf(error: unknown): number {
  return error instanceof ApiError ? error.status : 0;
}

/** Tells that the same step may succeed a little later. */
export function isPassing(error: unknown): boolean {
  return error instanceof Object && 'passing' in error && error.passing === true;
}
