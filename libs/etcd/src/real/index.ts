export { openEtcd } from './etcd.ts'
