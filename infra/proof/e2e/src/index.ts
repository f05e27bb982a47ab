export { emptyLedger, type Ledger, type Signup } from './ledger/ledger.ts';
export { type Intent, mix } from './ledger/mix.ts';
export { everybodysName } from './ledger/names.ts';
export { observe, type Places } from './ledger/observe.ts';
export { play, type PlayOptions } from './ledger/play.ts';
export { audit, summary, type Verdict } from './ledger/verdict.ts';
