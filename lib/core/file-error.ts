const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EDQUOT: 'disk quota exceeded',
  EFBIG: 'the file would be larger than allowed',
  EIO: 'input or output error',
  EISDIR: 'is a folder',
  ENAMETOOLONG: 'the name is too long',
  ENOSPC: 'no space left on the device',
  ENOTDIR: 'a part of the path is not a folder',
  ENXIO: 'is a pipe without a reader',
  EPERM: 'permission denied',
  EROFS: 'read-only file system',
  ERR_FS_EISDIR: 'is a folder',
};

/**
 * Describes an error of the file system without the number and the path, which the message around it names. Other errors, for example
 * those of a parser, keep their message.
 *
 * @param missing reason when the file does not exist
 */
export function describeFileError(error: unknown, missing = 'no such file'): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return missing;
  return (code === undefined ? undefined : REASONS[code]) ?? message;
}
