/** Release from which an upgrade begins. */
export const OLD_VERSION = '5.0.4';
