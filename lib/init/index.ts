export { createRepository, type Repository, type RepositoryOptions } from './repository';
