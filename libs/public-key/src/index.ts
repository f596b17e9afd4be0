export {
  formatPublicKey,
  md5Fingerprint,
  type PublicKey,
  parsePublicKey,
  publicKeyOf,
} from './public-key.ts'
