/** What every run of Nx inside a program of ours needs: plain lines, nothing that stays behind in memory or in /tmp. */
export const nxEnvironment = { NX_DAEMON: 'false', NX_TUI: 'false', NX_SKIP_NATIVE_FILE_CACHE: 'true' };
