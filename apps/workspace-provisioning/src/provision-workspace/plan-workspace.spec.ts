import { describe, expect, it } from '@jest/globals';
import { planWorkspace } from './plan-workspace.ts';

const wish = { userId: '5f0c2f3e-6d3a-4a56-9c1e-0a3d1b7c2e11', attempt: 1, name: 'Analytical Engines' };
const newcomer = { withdrawn: false, attempt: 0, workspaceId: undefined };

describe('what to do about a wish', () => {
  it('is to create the workspace', () => {
    expect(planWorkspace(wish, newcomer)).toEqual({ step: 'create', slug: 'analytical-engines' });
    expect(planWorkspace({ ...wish, attempt: 2 }, { ...newcomer, attempt: 1 })).toMatchObject({ step: 'create' });
  });

  it.each([
    'admin',
    'Ádmin',
    ' ADMIN ',
    'ａｄｍｉｎ',
    'ADM\u0130N',
    'ad\u200dmin',
    '"Admin!"',
    'www',
    'Support',
    'billing',
    ...[
      'ad min',
      'a-d-m-i-n',
      'A.D.M.I.N.',
      'a d m i n',
      'ad_min',
      'ad\u2011min',
      'ad·min',
      'Sign Up',
      'log in',
      'a/p/i',
    ],
    ...['\u0430dmin', 'аԁміո', 'АDMІN', 'rооt', 'rooт', 'ѕуѕтем', 'нelp', 'ВIᏞᏞING', 'Ѕuрроrt', 'ΑDΜΙΝ', 'ꮃꮃꮃ', 'ѡѡѡ'],
    ...['admın', 'ɑdmin', 'ᴀᴅᴍɪɴ', '𝐚𝐝𝐦𝐢𝐧', 'ⓐⓓⓜⓘⓝ', 'ａ ｄ ｍ ｉ ｎ', 'ađmin', 'a\u0336d\u0336m\u0336i\u0336n\u0336'],
    ...['ADMlN', 'adm1n', 'adm|n', 'r00t', 'BiIIing', 'bi11ing', 'adrnin', 'vvvvvv', 'he1p', 'LOGlN'],
    ...['admin 東京', 'ad\ufe0fmin'],
  ])('is to refuse %j, which is reserved', (name) => {
    expect(planWorkspace({ ...wish, name }, newcomer)).toEqual({ step: 'refuse', reason: 'name-reserved' });
  });

  it.each([
    ...[
      'Administration',
      'admin 2',
      'My API',
      'constructor',
      'Mali',
      'Mall',
      'MALL',
      'Malls',
      'Webb',
      'Route',
      'Adrian',
      'Hemp',
    ],
    ...['администратор', 'ПОМОЩЬ', 'Αθήνα', 'Оптика', 'Երևան', 'ᏣᎳᎩ', 'the admin', '@ pi'],
  ])('is to create %j, which only looks like it', (name) => {
    expect(planWorkspace({ ...wish, name }, newcomer)).toMatchObject({ step: 'create' });
  });

  it.each([
    ['they withdrew', { ...newcomer, withdrawn: true }],
    ['this attempt was dealt with', { ...newcomer, attempt: 1 }],
    ['a newer attempt was dealt with', { ...newcomer, attempt: 2 }],
  ])('is nothing when %s, not even to refuse', (_, person) => {
    for (const name of ['Engines', 'admin'])
      expect(planWorkspace({ ...wish, name }, person)).toEqual({ step: 'nothing' });
  });

  it('is nothing when they have a workspace, whatever name they choose after that', () => {
    const settled = { withdrawn: false, attempt: 1, workspaceId: '7b1f7b1c-4f0a-4a0e-9b6d-2f5a9e0c3d21' };
    for (const name of ['Engines', 'admin']) {
      expect(planWorkspace({ ...wish, attempt: 2, name }, settled)).toEqual({ step: 'nothing' });
    }
  });
});
