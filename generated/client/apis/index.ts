/* tslint:disable */
/* eslint-disable */
export * from './AdminApi.js';
export * from './AuthApi.js';
export * from './HealthApi.js';
export * from './MeApi.js';
export * from './ProjectsApi.js';
export * from './TagsApi.js';
export * from './TasksApi.js';
