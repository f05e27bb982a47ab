import { it } from '@jest/globals';

it.todo('comes');
