import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { findNode, requireSomeNode } from './find-node.mjs';

describe('the Node that runs the project', () => {
  const own = process.versions;
  let root: string;
  let brought: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'tributary-node-'));
    brought = join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  });
  afterEach(() => {
    machineHas(own.node);
    rmSync(root, { recursive: true });
  });

  it("is the one from npm, whatever the machine's own is", () => {
    npmBrings('#!/bin/sh\necho v24.0.0');
    expect(findNode(root)).toBe(brought);
  });

  it("is the machine's own where the one from npm cannot run", () => {
    npmBrings('#!/no/such/loader');
    expect(findNode(root)).toBe(process.execPath);
  });

  it("is the machine's own where npm has none", () => {
    machineHas('26.1.0');
    expect(findNode(root)).toBe(process.execPath);
    expect(() => requireSomeNode(rootWith({}))).not.toThrow();
  });

  it('is to be installed where neither serves, and that is said before packages are', () => {
    machineHas('22.3.0');
    expect(() => findNode(root)).toThrow(
      /needs Node 24 or newer, this is 22.3.0, and npm brought no .*: install Node 24/,
    );
    expect(() => requireSomeNode(rootWith({}))).toThrow(/npm brings no Node for .*: install Node 24/);
    const offer = { [`node-${process.platform}-${process.arch}`]: '24.0.0' };
    expect(() => requireSomeNode(rootWith(offer))).not.toThrow();
  });

  function npmBrings(program: string): void {
    mkdirSync(dirname(brought), { recursive: true });
    writeFileSync(brought, program);
    chmodSync(brought, 0o755);
  }

  function machineHas(node: string): void {
    Object.defineProperty(process, 'versions', { value: { ...own, node }, configurable: true });
  }

  function rootWith(optionalDependencies: Record<string, string>): string {
    writeFileSync(join(root, 'package.json'), JSON.stringify({ optionalDependencies }));
    return root;
  }
});
