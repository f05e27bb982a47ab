import { Catch, type ExceptionFilter } from '@nestjs/common';
import { throwError, type Observable } from 'rxjs';

/**
 * Passes every error on as it is. Nest's own last filter replaces it by `{ status, message: 'Internal server error' }`,
 * and then nobody can tell a `PermanentFailure` from a database that is away.
 */
@Catch()
export class KeepTheError implements ExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}
