export {
  formatPublicKey,
  md5Fingerprint,
  type PublicKey,
  parsePublicKey,
  publicKeyLine,
  publicKeyOf,
} from './public-key.ts'
